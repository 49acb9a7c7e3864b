/**
 * The mark: a line made fast around a bollard, and the water it holds the ship on.
 *
 * @param props.size - width and height in pixels
 */
export function MoorlineMark({ size }: { size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="32" height="32" rx="8" fill="#0e7c86" />
      <path
        d="M10 7.5h12a1.5 1.5 0 0 1 0 3H10a1.5 1.5 0 0 1 0-3Z"
        fill="#fff"
      />
      <path d="M12.5 10.5h7V20h-7z" fill="#fff" />
      <path
        d="M6 17.2c3.4 1.7 6.6 2.4 10.4 2.1 3.6-.3 6.6-1.5 9.6-3.7"
        stroke="#ffb648"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <path
        d="M6 24.6c1.7 0 1.7-1.4 3.3-1.4s1.7 1.4 3.4 1.4 1.6-1.4 3.3-1.4 1.7 1.4 3.3 1.4 1.7-1.4 3.4-1.4 1.6 1.4 3.3 1.4"
        stroke="#9fe5ea"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}

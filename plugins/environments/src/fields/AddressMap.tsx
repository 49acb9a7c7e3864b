import { useMemo } from 'react';
import { addressSlots } from './addressSlots';
import styles from './Fields.module.css';

const CELL = { width: 34, height: 16, gap: 3 };
const PER_ROW = 16;
const LABEL = 62;

/**
 * The address space as rows of /16, sixteen /20s each: taken ones filled, the
 * chosen one marked. A free one can be clicked; the text field is the keyboard's way.
 */
export function AddressMap(props: {
  taken: { name: string; addressRange: string }[];
  chosen: string | undefined;
  onChoose?: (range: string) => void;
}) {
  const { taken, chosen, onChoose } = props;
  const slots = useMemo(() => addressSlots(taken, chosen), [taken, chosen]);
  const rows = slots.length / PER_ROW;
  const pitch = { x: CELL.width + CELL.gap, y: CELL.height + CELL.gap };
  const clash = slots.find(slot => slot.chosen && slot.takenBy);
  return (
    <figure className={styles.map}>
      <div className={styles.mapScroll}>
        <svg
          width={LABEL + PER_ROW * pitch.x}
          height={rows * pitch.y}
          role="img"
          aria-label={`Address ranges: ${taken.length} taken${
            chosen ? `, ${chosen} chosen` : ''
          }${clash ? `, which overlaps ${clash.takenBy}` : ''}`}
        >
          {Array.from({ length: rows }, (_, row) => (
            <text
              key={row}
              x={0}
              y={row * pitch.y + CELL.height - 4}
              className={styles.mapLabel}
            >
              10.{row}.0.0
            </text>
          ))}
          {slots.map((slot, index) => (
            <rect
              key={slot.range}
              x={LABEL + (index % PER_ROW) * pitch.x}
              y={Math.floor(index / PER_ROW) * pitch.y}
              width={CELL.width}
              height={CELL.height}
              rx={3}
              className={styles.slot}
              data-taken={slot.takenBy !== undefined || undefined}
              data-reserved={slot.reserved || undefined}
              data-chosen={slot.chosen || undefined}
              onClick={
                onChoose && !slot.takenBy
                  ? () => onChoose(slot.range)
                  : undefined
              }
            >
              <title>
                {slot.takenBy
                  ? `${slot.range}: ${slot.takenBy}`
                  : `${slot.range}: free`}
              </title>
            </rect>
          ))}
        </svg>
      </div>
      <figcaption className={styles.mapLegend}>
        <span data-kind="chosen">this environment</span>
        <span data-kind="taken">taken</span>
        <span data-kind="reserved">kept by AKS</span>
        <span data-kind="free">free</span>
      </figcaption>
    </figure>
  );
}

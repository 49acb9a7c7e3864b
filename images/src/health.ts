/** Asks the server of this container whether it lives. Takes the URL. */
async function main(): Promise<void> {
  const signal = AbortSignal.timeout(3000);
  const { ok } = await fetch(process.argv[2], { signal });
  if (!ok) process.exitCode = 1;
}

main().catch(() => {
  process.exitCode = 1;
});

/** Ends a program for good and waits until it is gone. */
export async function stop(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}

/** How long tests wait for a scripted server where none waits for silence: a machine that stands still is not a failure. */
export const PATIENT = { firstByteMs: 300_000, idleMs: 300_000 };

/** How long tests wait for a scripted server where none waits for silence: a machine that stands still is not a failure. */
export const PATIENT = { firstByteMs: 60_000, idleMs: 60_000 };

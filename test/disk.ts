/** Where tests put what is too large for memory. */
import { tmpdir } from "node:os";

/** In memory; see `setup.ts`. */
export const MEMORY = "/dev/shm";

/**
 * A folder for temporary ones that hold hundreds of megabytes of packages. Bun links these from its cache where both lie on
 * one disk. Absolute path.
 */
export const DISK: string = Bun.env["TMPDIR"] === MEMORY ? "/tmp" : tmpdir();

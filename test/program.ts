/** The program that suites start: `main.ts`, or a bundle of it that was made once for all of them. */
import { join } from "node:path";

/** `main.ts` itself: where what is printed names files of the source. Absolute path. */
export const SOURCE: string = join(import.meta.dir, "../main.ts");

/** Absolute path. Suites of installations and of releases start `main.ts` itself, whatever this is. */
export const PROGRAM: string = Bun.env["ORG_TEST_PROGRAM"] ?? SOURCE;

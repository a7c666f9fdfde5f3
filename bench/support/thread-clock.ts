/** The processor time of the thread of the event loop: other threads, and other programs, do not count. Linux only. */
import { dlopen, FFIType, ptr } from "bun:ffi";

/** `linux/time.h` */
const CLOCK_THREAD_CPUTIME_ID = 3;

const { clock_gettime: readClock } = dlopen("libc.so.6", {
  clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
}).symbols;

const time = new BigInt64Array(2);

/** Milliseconds of processor time that this thread has used. */
export function threadMs(): number {
  readClock(CLOCK_THREAD_CPUTIME_ID, ptr(time));
  const [seconds = 0n, nanoseconds = 0n] = time;
  return Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
}

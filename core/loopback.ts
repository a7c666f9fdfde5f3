/** Whether a host name of a URL is this machine by what it is, without asking who has it: nothing stands in between. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** In cents. */
export function calc(zones: number, isChild: boolean): number {
  const full = 120 + 80 * zones;
  return isChild ? full / 2 : full;
}

/** In cents. */
export function ticketPrice(zones: number, isChild: boolean): number {
  const full = 120 + 80 * zones;
  return isChild ? full / 2 : full;
}

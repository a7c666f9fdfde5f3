export function parkingPrice(minutes) {
  if (minutes <= 0) return 0;
  return Math.min(Math.ceil((minutes - 0) / 60) * 200, 1600);
}

/** In cents. @param minutes how long a car was there, at most a day */
export function parkingPrice(minutes) {
  if (minutes <= 30) return 0;
  return Math.min(Math.ceil((minutes - 30) / 60) * 200, 1600);
}

import { overlaps, type Range } from "./range.ts";

export function isFree(booked: readonly Range[], wanted: Range): boolean {
  return !booked.some((one) => overlaps(one, wanted));
}

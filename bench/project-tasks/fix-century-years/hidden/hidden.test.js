import { expect, test } from "bun:test";
import { daysInMonth } from "./src/months.js";
import { daysInYear, isLeapYear } from "./src/years.js";

test("February has its days in every century", () => {
  const years = [1600, 1700, 1900, 1996, 2000, 2023, 2024, 2100, 2400];
  expect(years.map((year) => daysInMonth(year, 2))).toEqual([29, 28, 28, 29, 29, 28, 29, 28, 29]);
});

test("so have years and other months", () => {
  expect([1900, 2000, 2001].map(daysInYear)).toEqual([365, 366, 365]);
  expect([isLeapYear(1900), isLeapYear(2000)]).toEqual([false, true]);
  expect([1, 4, 12].map((month) => daysInMonth(1900, month))).toEqual([31, 30, 31]);
});

import { expect, test } from "bun:test";
import { withRequestedCount } from "./requested-count.ts";

const of = (sum: string) => `SELECT ${sum} FROM crew WHERE team = 'Lessons'`;

test.each([
  // Qwen2.5-Coder-1.5B-Instruct on llama.cpp.
  ["How many people work in all teams of crew.json together?", "SUM(hours)"],
  ["How many gold members are there?", "SUM(fee)"],
  ["What is the number of repairs of the Kestrel?", "sum( c.cost )"],
  ["Wie viele Personen arbeiten dort?", 'SUM("hours_per_week_hours")'],
  ["Combien de personnes y travaillent ?", "SUM(duration)"],
  ["¿Cuántas personas trabajan allí?", "SUM(joined)"],
])("%s counts records and adds up no %s", (line, sum) => {
  expect(withRequestedCount(of(sum), line)).toBe(of("COUNT(*)"));
});

test.each([
  ["How many hours do they work in all?", "SUM(hours)"],
  ["How many kilograms of oats do they get?", "SUM(oats_kg)"],
  ["How many guests came?", "SUM(persons)"],
  ["How many pieces were ordered?", "SUM(quantity)"],
  ["How many working hours are that?", "SUM(hours)"],
  ["How many people paid the fees?", "SUM(fee)"],
  ["What do they earn together?", "SUM(salary)"],
  ["How many people are there?", "COUNT(*)"],
  ["How many people are there?", "MAX(hours)"],
  ["How many apples were sold in all?", "SUM(amount)"],
  ["How many goals did Ann shoot?", "SUM(score)"],
  ["How many calls are there, and how long did they take?", "COUNT(*), SUM(duration)"],
  ["How many more Swiss francs did they spend?", "SUM(price)"],
])("%s stays a query of %s", (line, sum) => {
  expect(withRequestedCount(of(sum), line)).toBe(of(sum));
});

test("groups stay in the order of what is counted", () => {
  const sql = "SELECT team, SUM(hours) FROM crew GROUP BY team ORDER BY SUM(hours) DESC";
  expect(withRequestedCount(sql, "How many people are in each team?")).toBe(
    "SELECT team, COUNT(*) FROM crew GROUP BY team ORDER BY COUNT(*) DESC",
  );
});

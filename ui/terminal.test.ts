import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { signalsOf } from "./terminal.ts";

test("a signal is heard until its handler is disposed, and a bug comes with its error", () => {
  const process = Object.assign(new EventEmitter(), { kill: () => true });
  const heard: unknown[] = [];
  const signals = signalsOf(process);
  {
    using _interrupt = signals.on("SIGINT", () => heard.push("SIGINT"));
    using _bug = signals.on("uncaughtException", (error) => heard.push(error));
    process.emit("SIGINT");
    process.emit("uncaughtException", "a bug");
  }
  process.emit("SIGINT");
  expect(heard).toEqual(["SIGINT", "a bug"]);
  expect(process.eventNames()).toEqual([]);
});

test("suspending stops the whole group of processes, as Ctrl-Z does", () => {
  const sent: unknown[] = [];
  const kill = (...args: readonly unknown[]) => sent.push(args);
  signalsOf(Object.assign(new EventEmitter(), { kill })).suspend();
  expect(sent).toEqual([[0, "SIGTSTP"]]);
});

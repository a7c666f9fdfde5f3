/** A digest as a person reads it, in Markdown. */
import { dayOf } from "#core/day-of.ts";
import { counted } from "#core/text/counted.ts";
import type { Digest } from "./digest.ts";

const MAX_TOOLS = 8;

export function digestText(digest: Digest): string {
  const { from, until, merges, withoutMerges } = digest;
  const sections = [
    `# The week from ${dayOf(from)} to ${dayOf(until)}`,
    list("Talking", talkLines(digest)),
    list("Main", mainLines(digest)),
    list("The home", homeLines(digest)),
    list("Memory", memoryLines(digest)),
    withoutMerges === null
      ? list(
          "Notes that could be one (proposed, nothing was changed)",
          merges.map(({ sources, text }) => `${sources.map((id) => `m${id}`).join(", ")}: ${text}`),
        )
      : `## Notes that could be one\n\nNot looked for: ${withoutMerges}.`,
  ];
  const hint =
    merges.length === 0 ? "" : "\n→ org memory add TEXT --replaces ID   # what you agree with\n";
  return `${sections.join("\n\n")}\n${hint}`;
}

function talkLines({ rooms, lines, turns, tools, spent }: Digest): readonly string[] {
  const all = Object.values(turns).reduce((sum, count) => sum + count, 0);
  const ends = Object.entries(turns)
    .filter(([reason]) => reason !== "complete")
    .map(([reason, count]) => `${count} ${reason}`);
  const named = tools.slice(0, MAX_TOOLS).map(({ name, calls, failed }) => {
    return `${name} ${calls}${failed === 0 ? "" : ` (${failed} failed)`}`;
  });
  const more = tools.length > MAX_TOOLS ? [`${tools.length - MAX_TOOLS} more`] : [];
  return [
    `${counted(lines, "line")} of yours in ${counted(rooms, "room")}`,
    `${counted(all, "turn")}${ends.length === 0 ? "" : `, of them ${ends.join(", ")}`}`,
    `tools: ${[...named, ...more].join(", ") || "none"}`,
    `${spent.tokens} tokens${spent.micros === 0 ? "" : `, ${(spent.micros / 1e6).toFixed(2)} spent`}`,
  ];
}

function mainLines({ changes, alarms, proposals }: Digest): readonly string[] {
  const moved = changes.map(({ kind, tag }) => `${kind} ${tag}`);
  const raised = alarms.map((why) => `alarm: ${why}`);
  const happened = [...moved, ...raised];
  return [
    ...(happened.length === 0 ? ["nothing was promoted"] : happened),
    ...proposalLines(proposals),
  ];
}

function proposalLines(proposals: Digest["proposals"]): readonly string[] {
  const { make = 0, retire = 0 } = proposals ?? {};
  const could = make === 0 ? [] : [`${counted(make, "thing")} done by hand could be a tool`];
  const may = retire === 0 ? [] : [`${counted(retire, "tool")} may go`];
  const all = [...could, ...may];
  return all.length === 0 ? [] : [`${all.join("; ")}  → org tools proposals`];
}

function homeLines({ backups, fixes, dead, autonomy }: Digest): readonly string[] {
  const failed = Object.entries(dead).map(([name, count]) => `${name} ${count}`);
  const found = Object.entries(fixes.found).map(([name, count]) => `${name} ${count}`);
  const newest = backups.newest === null ? "there is none" : `the newest is ${backups.newest}`;
  return [
    `${counted(backups.made, "backup")}, each restored once; ${newest}`,
    found.length === 0
      ? "the supervisor found nothing"
      : `the supervisor found ${found.join(", ")}; ${fixes.mended} mended  → org fixes`,
    ...(autonomy === undefined ? [] : [burstsLine(autonomy)]),
    failed.length === 0
      ? "no job failed for good"
      : `failed for good: ${failed.join(", ")}  → org jobs list --state dead`,
  ];
}

function burstsLine({ bursts, fruitful, tokens }: NonNullable<Digest["autonomy"]>): string {
  const brought = `${fruitful} brought something, for ${tokens} tokens`;
  return `by itself it worked in ${counted(bursts, "burst")}; ${brought}  → org auto`;
}

function memoryLines({ notes }: Digest): readonly string[] {
  const { added, learnt = 0, superseded, staged } = notes;
  const ofLines = learnt === 0 ? "" : ` (${learnt} learnt from your lines)`;
  const all = `${counted(added, "note")} added${ofLines}, ${superseded} superseded`;
  if (staged === 0) return [`${all}; none waits for your review`];
  return [
    `${all}; ${staged} ${staged === 1 ? "waits" : "wait"} for your review  → org memory review`,
  ];
}

function list(title: string, lines: readonly string[]): string {
  const items = lines.length === 0 ? ["none"] : lines;
  return `## ${title}\n\n${items.map((line) => `- ${line}`).join("\n")}`;
}

/** Decides at each look what is done about what was found: one fix at a time, each step on disk before it begins. */
import { reasonOf } from "#core/errors.ts";
import type { FixPolicy } from "#home/settings/config-schema.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { FixRecord } from "./fix-record.ts";
import type { Observation } from "./observation.ts";
import { type Finding, type Fix, type FixName, type Pattern, VERIFY_MS } from "./pattern.ts";
import { restartPlan } from "./restart-plan.ts";
import type { SupervisorStore } from "./supervisor-store.ts";

export interface ControllerOptions {
  readonly patterns: readonly Pattern[];
  /** A pattern whose fix is not here is told to a person. */
  readonly fixes: ReadonlyMap<FixName, Fix>;
  readonly store: SupervisorStore;
  readonly policy: FixPolicy;
  /** Tells a person. Must not throw. */
  readonly tell: (record: FixRecord, text: string) => void;
  readonly signal: AbortSignal;
}

const SUPPRESSED_MS = 6 * 60 * 60_000;
const MOST_FAILURES = 2;
/** A fix that a crash cut off is begun again so often. */
const MOST_TRIES = 2;
/** What was started comes up within this, in milliseconds. */
const COMING_MS = 20_000;
/** How long something must be unseen until it counts as gone, in milliseconds. */
const PROPOSAL_MS = 60_000;
const NOTICE_MS = 10 * 60_000;
/** A finding that persists for so long after its fix was not fixed, in milliseconds. */
const LINGERING_MS = 10 * 60_000;
/** How long waits what only a person may begin, in milliseconds. */
const DIAGNOSIS_MS = 24 * 60 * 60_000;

export class Controller {
  readonly #options: ControllerOptions;
  readonly #patterns: ReadonlyMap<string, Pattern>;
  /** Fixed findings that persist all the same, such as lines of the last minute: since when, by its key. */
  readonly #lingering = new Map<string, number>();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#patterns = new Map(options.patterns.map((pattern) => [pattern.id, pattern]));
  }

  /** Takes one look. @returns what was found in it. */
  async beat(observation: Observation): Promise<readonly Finding[]> {
    const look = observation.looks.at(-1);
    if (look === undefined) return [];
    const findings = this.#options.patterns.flatMap((pattern) => pattern.detect(observation));
    const found = new Map(findings.map((finding) => [keyOf(finding), finding]));
    for (const key of this.#lingering.keys()) if (!found.has(key)) this.#lingering.delete(key);
    const open = this.#options.store.open();
    const byKey = new Map(open.map((record) => [keyOf(record), record]));
    for (const [key, finding] of found) {
      const record = byKey.get(key);
      if (record === undefined) this.#take(finding, { now: look.at, wall: look.wall });
      else this.#options.store.markSeen(record.id, look.at);
    }
    this.#forget(found, look.at);
    await this.#advance(found, look.at);
    return findings;
  }

  /** Something new. */
  #take(finding: Finding, { now, wall }: { readonly now: number; readonly wall: number }): void {
    const { store, policy, fixes } = this.#options;
    const since = this.#lingering.get(keyOf(finding));
    if (since !== undefined && now - since < LINGERING_MS) return;
    const pattern = this.#patterns.get(finding.pattern);
    const fix = pattern?.fix === undefined ? undefined : fixes.get(pattern.fix);
    if (store.isSuppressed(finding, now) || this.#isGivenUp(finding, fix)) return;
    const canFix = fix !== undefined && finding.isForPerson !== true && policy !== "off";
    const isAuto = pattern?.auto === "always" || (policy === "auto" && pattern?.auto === true);
    const state = canFix ? (isAuto ? "approved" : "proposed") : "told";
    const record = store.add(finding, { fix: fix?.name, state, foundAt: wall, now });
    if (state === "approved") return;
    const help = canFix ? `: org fixes approve ${record.id} applies ${fix.name}` : "";
    this.#options.tell(record, `${finding.why}${help}`);
  }

  /** What a model thinks of what no pattern knows: proposed, whatever the settings say. */
  propose(
    { fix, ...finding }: Diagnosis,
    { now, wall }: { readonly now: number; readonly wall: number },
  ): void {
    const { store, policy, fixes, tell } = this.#options;
    const isOpen = store.open().some((record) => keyOf(record) === keyOf(finding));
    if (isOpen || store.isSuppressed(finding, now)) return;
    const canFix = fix !== undefined && fixes.has(fix) && policy !== "off";
    const state = canFix ? "proposed" : "told";
    const record = store.add(finding, { fix: canFix ? fix : undefined, state, foundAt: wall, now });
    const help = canFix ? `: org fixes approve ${record.id} applies ${fix}` : "";
    tell(record, `${finding.why}${help}`);
  }

  #isGivenUp(finding: Finding, fix: Fix | undefined): boolean {
    const role = fix?.restarts?.(finding);
    return role !== undefined && this.#options.store.givenUp().some((one) => one.role === role);
  }

  /** A finding that has gone needs no approval. */
  #forget(found: ReadonlyMap<string, Finding>, now: number): void {
    const { store } = this.#options;
    for (const record of store.open()) {
      const isGone = !found.has(keyOf(record));
      const limit = this.#isPersons(record)
        ? DIAGNOSIS_MS
        : record.state === "proposed"
          ? PROPOSAL_MS
          : NOTICE_MS;
      const waits = record.state === "proposed" || record.state === "told";
      if (waits && isGone && now - record.seen >= limit)
        store.change(record.id, { state: "over", now });
    }
  }

  async #advance(found: ReadonlyMap<string, Finding>, now: number): Promise<void> {
    const open = this.#options.store.open();
    const begun = open.find(({ state }) => ["applying", "applied", "undoing"].includes(state));
    if (begun !== undefined) return await this.#goOn(begun, now);
    for (const record of this.#byUrgency(open)) {
      if (record.state !== "approved") continue;
      const finding = this.#isPersons(record) ? record : found.get(keyOf(record));
      // It has gone by itself, or a person was faster; what a person has stopped is found no more.
      if (finding === undefined || this.#isGivenUp(finding, this.#fixOf(record))) {
        this.#options.store.change(record.id, { state: "over", now });
        continue;
      }
      if (await this.#begin(record, finding, now)) return;
    }
  }

  /**
   * Proposed for a person alone, who may come hours later, when the lines that it was found by are gone: what a model has
   * said, and what is never done without a person. It is approved as it stands.
   */
  #isPersons({ pattern, fix }: FixRecord): boolean {
    return fix !== undefined && (this.#patterns.get(pattern)?.auto ?? false) === false;
  }

  #byUrgency(open: readonly FixRecord[]): readonly FixRecord[] {
    const order = [...this.#patterns.keys()];
    return open.toSorted((a, b) => order.indexOf(a.pattern) - order.indexOf(b.pattern));
  }

  /** @returns whether it was begun. */
  async #begin(record: FixRecord, finding: Finding, now: number): Promise<boolean> {
    const { store } = this.#options;
    const fix = this.#fixOf(record);
    if (fix === undefined)
      return this.#end(record, "failed", { now, note: "there is no such fix" });
    const role = fix.restarts?.(finding);
    if (role !== undefined && finding.pattern !== "crash-loop") {
      const ends = store.ends(now - 2 * 60 * 60_000).filter((end) => end.role === role);
      const plan = restartPlan(
        ends.map(({ at }) => at),
        now,
      );
      if (plan.kind === "loop" || plan.notBefore > now) return false;
    }
    await this.#apply(record, fix, now);
    return true;
  }

  async #apply(record: FixRecord, fix: Fix, now: number): Promise<void> {
    const { store, signal } = this.#options;
    store.change(record.id, { state: "applying", now });
    try {
      const done = await fix.apply(record, signal);
      store.change(record.id, { state: "applied", now, done });
    } catch (error) {
      // Told to leave in the middle of it: the next start goes on.
      if (signal.aborted) return;
      const role = fix.restarts?.(record);
      // A start that failed is an end, too; no process has this id.
      if (role !== undefined) store.addEnd(role, { pid: -record.id, startTime: record.tries }, now);
      await this.#fail(record, fix, { now, note: reasonOf(error) });
    }
  }

  /** What was begun, perhaps by a process before this one. */
  async #goOn(record: FixRecord, now: number): Promise<void> {
    const fix = this.#fixOf(record);
    if (fix === undefined) {
      this.#end(record, "failed", { now, note: "there is no such fix" });
      return;
    }
    if (record.state === "undoing") return await this.#undo(record, fix, now);
    if (await fix.verify(record, record.done).catch(() => false)) {
      this.#end(record, "verified", { now });
      return;
    }
    if (record.state === "applying") {
      // Cut off in the middle: a process that it had started may still be on its way.
      if (now - record.changed < COMING_MS) return;
      // What it does may be done again.
      if (record.tries < MOST_TRIES) return await this.#apply(record, fix, now);
      return await this.#fail(record, fix, { now, note: "it was cut off twice" });
    }
    if (now - record.changed >= (fix.verifyMs ?? VERIFY_MS)) {
      await this.#fail(record, fix, { now, note: "its effect was not seen in time" });
    }
  }

  async #fail(
    record: FixRecord,
    fix: Fix,
    { now, note }: { readonly now: number; readonly note: string },
  ): Promise<void> {
    const { store } = this.#options;
    const latest = store.get(record.id) ?? record;
    if (fix.undo !== undefined && latest.done !== undefined) {
      store.change(record.id, { state: "undoing", now, note });
      return await this.#undo({ ...latest, note }, fix, now);
    }
    this.#end(record, "failed", { now, note });
  }

  async #undo(record: FixRecord, fix: Fix, now: number): Promise<void> {
    const { store } = this.#options;
    try {
      if (record.done !== undefined) await fix.undo?.(record.done);
      this.#end(store.get(record.id) ?? record, "undone", { now });
    } catch (error) {
      this.#end(record, "failed", { now, note: `it could not be undone: ${reasonOf(error)}` });
    }
  }

  /** @returns true. */
  #end(
    record: FixRecord,
    state: "verified" | "failed" | "undone",
    { now, note }: { readonly now: number; readonly note?: string },
  ): true {
    const { store, tell } = this.#options;
    store.change(record.id, { state, now, note });
    const ended = store.get(record.id) ?? record;
    if (state === "verified") {
      // How often a role is started again is bounded otherwise, and what ended anew must be seen at once.
      if (this.#fixOf(record)?.restarts === undefined) this.#lingering.set(keyOf(record), now);
      tell(ended, `${record.fix} was applied and verified: ${record.why}`);
      return true;
    }
    const bad = store
      .endedSince(record, now - SUPPRESSED_MS)
      .filter((one) => one.state === "failed" || one.state === "undone");
    // How often a role is started again is bounded otherwise.
    const isEnough = this.#fixOf(record)?.restarts === undefined && bad.length >= MOST_FAILURES;
    if (isEnough) store.suppress(record, now + SUPPRESSED_MS);
    const further = isEnough ? "; it has failed twice and is left alone for 6 hours" : "";
    tell(ended, `${record.fix} did not help: ${ended.note}${further}`);
    return true;
  }

  #fixOf({ fix }: FixRecord): Fix | undefined {
    return fix === undefined ? undefined : this.#options.fixes.get(fix);
  }
}

function keyOf({ pattern, subject }: Pick<Finding, "pattern" | "subject">): string {
  return `${pattern} ${subject}`;
}

/** What the screens of the gate show and do; the home behind it is opened elsewhere. All texts are clean. */

export type VerdictWord = "promote" | "reject" | "hold";

export interface CandidateSummary {
  /** Its branch without "cand/". */
  readonly id: string;
  readonly branch: string;
  readonly commit: string;
  /** null: it was not judged yet. */
  readonly verdict: VerdictWord | null;
  /** The stage that decided; null when none objected. */
  readonly stage: string | null;
  readonly reason: string | null;
  /** Port on which it serves now. */
  readonly port: number | null;
  /** Main holds it already. */
  readonly isMerged: boolean;
}

/** The evidence of one comparison with main (S7); values are e-values, 1 and above at their peaks. */
export interface EvidencePoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly branch: string;
  readonly verdict: VerdictWord;
  readonly pairs: number;
  /** That it is not worse than main, and not worse than the best there ever was. */
  readonly forIt: number;
  readonly anchor: number;
  /** That it is worse. */
  readonly harm: number;
  /** What one of them has to reach. */
  readonly needed: number;
}

export interface GateOverview {
  /** The commit that main is. */
  readonly main: string;
  /** Newest first. */
  readonly candidates: readonly CandidateSummary[];
  /** What a promotion or a rollback is doing right now; absent: none is under way. */
  readonly underWay: { readonly what: string; readonly since: number } | undefined;
  /** The newest promotion or rollback, where it failed; absent also while another one is under way. */
  readonly failed:
    | {
        /** "promote" or "rollback". */
        readonly what: string;
        /** Branch, commit or tag; empty: none was named. */
        readonly subject: string;
        /** Milliseconds since the epoch. */
        readonly at: number;
        /** Several lines: what failed, why, and what to do. */
        readonly why: string;
      }
    | undefined;
  readonly figures: {
    readonly verdicts: number;
    readonly promotions: number;
    readonly standing: number;
    readonly rollbacks: number;
    /** Of promotions that are at least so many days old, how many stood when these were over. */
    readonly survival: { readonly days: number; readonly of: number; readonly survived: number };
    /** Milliseconds to the verdict. */
    readonly medianMs: number | null;
    /** How many candidates each stage has stopped. */
    readonly stoppedAt: readonly {
      readonly stage: string;
      readonly asks: string;
      readonly count: number;
    }[];
  };
  /** Of the watch over promoted tools, newest first. */
  readonly alarms: readonly {
    /** ISO 8601. */
    readonly at: string;
    readonly why: string;
    readonly reverts: string | null;
    readonly isReverted: boolean;
  }[];
  /** Oldest first. */
  readonly evidence: readonly EvidencePoint[];
}

export interface StageView {
  readonly id: string;
  /** What it asks of a candidate. */
  readonly asks: string;
  readonly result: "pass" | "fail" | "hold";
  readonly ms: number;
  readonly reason: string | undefined;
  readonly details: readonly string[];
}

/** Figures of a tool's tests; parts are from 0 to 1. */
export interface TestFigures {
  readonly cases: number;
  readonly coverage: number;
  readonly mutationScore: number;
}

/** A tool that a candidate changes, beside the one that main has. */
export interface ToolBeside {
  readonly name: string;
  readonly main: TestFigures | undefined;
  readonly candidate: (TestFigures & { readonly passed: number }) | undefined;
  /** Medians of its calls (S8); the ratio to main's processor time where main has it. */
  readonly cost:
    | { readonly cpuMs: number; readonly peakBytes: number; readonly cpuRatio: number | undefined }
    | undefined;
}

export interface VerdictView {
  readonly verdict: VerdictWord;
  readonly stage: string | undefined;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  /** The main that it was judged against, and whether main is another by now. */
  readonly main: string;
  readonly isStale: boolean;
  readonly attempt: number;
  /** Whether the signature of this home's gate holds; undefined where it cannot be checked here. */
  readonly isSigned: boolean | undefined;
  readonly stages: readonly StageView[];
  readonly tools: readonly ToolBeside[];
  /** Mean scores of the scenarios of S7, from 0 to 1. */
  readonly scenarios: readonly {
    readonly name: string;
    readonly pairs: number;
    readonly current: number;
    readonly candidate: number;
  }[];
  readonly evidence: EvidencePoint | undefined;
}

/** A generation that runs. */
export interface ServingView {
  readonly port: number;
  /** It says that it is well, and what it should be made of. */
  readonly isWell: boolean;
}

export interface CandidateView extends CandidateSummary {
  readonly main: string;
  /** What serves main, and what serves the candidate; null: nothing does. */
  readonly serves: {
    readonly main: ServingView | null;
    readonly candidate: ServingView | null;
  };
  /** First line of its commit's message, and who made it. */
  readonly title: string;
  readonly author: string;
  readonly verdictDetails: VerdictView | undefined;
  /** What it changes, as a patch, cut where it is long. */
  readonly diff: { readonly text: string; readonly omitted: number };
}

/** One move of main. */
export interface LineageEntry {
  readonly tag: string;
  readonly kind: "promotion" | "rollback";
  readonly state: "open" | "done" | "abandoned";
  readonly from: string;
  readonly to: string;
  /** Commit of the candidate. */
  readonly candidate: string | null;
  /** Tag of the change that it reverts. */
  readonly undoes: string | null;
  /** A later rollback has reverted it. */
  readonly isReverted: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was not well. */
  readonly note: string | null;
  /** Whether Git finds tag and commit as the gate signed them; undefined where it never came to that. */
  readonly isSigned: boolean | undefined;
}

export interface LineagePage {
  readonly main: string;
  /** Newest first. */
  readonly entries: readonly LineageEntry[];
  readonly total: number;
}

/** What a person had before them when they decided. */
export interface ReviewedCandidate {
  readonly id: string;
  readonly commit: string;
  /** When it was judged, as {@link VerdictView} has it; empty: it was not. */
  readonly judgedAt: string;
}

/** Deciding about main. What moves it runs in a process of its own, for it restarts this one. */
export interface GateSource {
  overview(): Promise<GateOverview>;
  /** @throws {OrgError} `INPUT_MISSING` */
  candidate(id: string): Promise<CandidateView>;
  /** @param from number of the first entry, from 0. */
  lineage(from: number, most: number): Promise<LineagePage>;
  /**
   * Begins to promote what was looked at, and approves it where the gate held it for a human; judged anew it is held anew.
   *
   * @throws {OrgError} `INPUT_MISSING`, `CANDIDATE_STALE` when candidate or verdict are others by now.
   */
  promote(reviewed: ReviewedCandidate): Promise<void>;
  /** @throws {OrgError} `INPUT_MISSING` */
  reject(id: string, reason: string): Promise<void>;
  /**
   * Begins to revert a change of main.
   *
   * @param main the commit that main was when it was asked for. @throws {OrgError} `INPUT_MISSING`, `CANDIDATE_STALE`
   */
  rollback(tag: string, main: string): Promise<void>;
}

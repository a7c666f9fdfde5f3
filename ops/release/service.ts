/** What serves the current generation, as far as a promotion has to know it. */
export interface Service {
  /** Ends what runs at a turn's end and starts the release that `current` names. */
  restart(commit: string): Promise<void>;
  /** Whether what serves answers, is this commit, and can call a tool. */
  isHealthy(commit: string): Promise<boolean>;
}

/** A home in which nothing serves: the next start takes the new release. */
export const NOTHING_SERVES: Service = {
  restart: () => Promise.resolve(),
  isHealthy: () => Promise.resolve(true),
};

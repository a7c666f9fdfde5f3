/** Where generations serve unless somebody names another port. */
export const CURRENT_PORT = 7001;
export const CANDIDATE_PORT = 7002;

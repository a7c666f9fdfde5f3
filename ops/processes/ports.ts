/** Where generations serve unless another port is named. */
export const CURRENT_PORT = 7001;
export const CANDIDATE_PORT = 7002;

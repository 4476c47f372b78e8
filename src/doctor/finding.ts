/** What `handgrad doctor` found out about one thing. */

/** `ok`; `missing`: handgrad works without it, with less; `broken`: handgrad does not work as it should. */
export type State = 'ok' | 'missing' | 'broken';

export interface Finding {
  /** What was looked at: `backend`, `kernel`. */
  readonly about: string;
  readonly state: State;
  /** What was found, in one line. */
  readonly says: string;
  /** What to do about it; present unless all is well. */
  readonly remedy?: string;
}

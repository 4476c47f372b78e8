// Why a part of the set-up could not be done, in words for a person.

export class SetupProblem extends Error {
  /**
   * @param {string} reason what is missing or went wrong: completes "… because"
   * @param {string} remedy what to do about it
   * @param {{ worthRetrying?: boolean }} [options] worthRetrying: it cost time to find out and may be better later
   */
  constructor(reason, remedy, options = {}) {
    super(`${reason}; to mend it: ${remedy}`);
    this.name = 'SetupProblem';
    this.reason = reason;
    this.remedy = remedy;
    this.worthRetrying = options.worthRetrying ?? false;
  }
}

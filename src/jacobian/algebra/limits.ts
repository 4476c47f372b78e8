/** Up to where structures are merged. Beyond, sums and products are kept as such. */

/** Products of tables are multiplied out up to this many entries. */
export const largestProduct = 4e6;
/** Tables so small are always multiplied out. */
export const smallTable = 4096;
/** Low ranks are joined up to this rank. */
export const largestRank = 16;
/** Bands are joined up to this many diagonals. */
export const widestBand = 64;

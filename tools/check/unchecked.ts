/** A check could not be made, so it says nothing about what it was to check. */
export class Unchecked extends Error {}

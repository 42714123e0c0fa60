/** /api/v1 counts in seconds since the epoch. */
export function moment(seconds: number): Date {
  return new Date(seconds * 1000);
}

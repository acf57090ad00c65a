const DAY = 86_400_000

/** Whole days that something in the trash is safe from **Free Disk Space**; 0 when it may go. */
export function daysLeft(deletedAt: string, retentionDays: number, now: Date): number {
  const end = Date.parse(deletedAt) + retentionDays * DAY
  return Math.max(0, Math.ceil((end - now.getTime()) / DAY))
}

/** The agents of a queue, counted. */
export interface Staffing {
  readonly loggedOn: number
  readonly ready: number
  readonly talking: number
  /** Taking calls: ready, or with one (ringing, talking, wrap-up). */
  readonly atWork: number
}

/** So many agents a queue must have; what is unset does not matter. */
export interface StaffRule {
  readonly loggedOn?: number
  readonly ready?: number
  readonly talking?: number
  readonly atWork?: number
  /** At most so many who are logged on and not ready, such as on a break. */
  readonly notReadyMax?: number
}

/** Whether there are the agents that the rule asks for. */
export function isStaffed(staff: Staffing, rule: StaffRule): boolean {
  const { loggedOn = 0, ready = 0, talking = 0, atWork = 0, notReadyMax = Number.POSITIVE_INFINITY } = rule
  const enough = staff.loggedOn >= loggedOn && staff.ready >= ready && staff.talking >= talking && staff.atWork >= atWork
  return enough && staff.loggedOn - staff.atWork <= notReadyMax
}

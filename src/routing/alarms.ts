import type { Place } from './place.ts'
import { SortedList } from './sorted-list.ts'

type Alarm = Pick<Place, 'alarmAt' | 'sequence'>

/** Which places are to be looked at again, the soonest first. */
export class Alarms {
  readonly #list = new SortedList<Alarm, Place>((one, other) => one.alarmAt - other.alarmAt || one.sequence - other.sequence)

  get next(): number | undefined {
    return this.#list.first?.alarmAt
  }

  /** `at` is infinite for never. */
  set(place: Place, at: number): void {
    if (place.alarmAt === at) return
    if (place.alarmAt !== Number.POSITIVE_INFINITY) this.#list.delete(place)
    place.alarmAt = at
    if (at !== Number.POSITIVE_INFINITY) this.#list.add(place)
  }

  /** Takes out the places whose time has come. */
  takeDue(now: number): Place[] {
    const due: Place[] = []
    for (let place = this.#list.first; place !== undefined && place.alarmAt <= now; place = this.#list.first) {
      this.set(place, Number.POSITIVE_INFINITY)
      due.push(place)
    }
    return due
  }
}

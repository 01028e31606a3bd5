export { VirtualClock } from '../../src/flow/simulate/virtual-clock.ts'

export { VirtualClock } from "../../src/flow/simulate/virtual-clock.js";
//# sourceMappingURL=virtual-clock.js.map
export {};
//# sourceMappingURL=caller-view.js.map
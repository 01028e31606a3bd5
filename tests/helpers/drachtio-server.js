export {};
//# sourceMappingURL=drachtio-server.js.map
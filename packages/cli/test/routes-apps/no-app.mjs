export const app = { listen: true }

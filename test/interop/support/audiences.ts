export const AUDIENCE = 'https://api.example.com/reports'
export const OTHER_AUDIENCE = 'https://api.example.com/billing'

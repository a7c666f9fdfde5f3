export const OPTIONS = {
  usual: { attempts: 3, firstWaitMs: 400, factor: 3 },
  forecast: { attempts: 4, factor: 2 },
  warnings: { attempts: 10, firstWaitMs: 50 },
};

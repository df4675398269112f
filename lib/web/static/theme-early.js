// @ts-check
// Runs before the page is drawn, so that it does not flash in the wrong colours. Not a module: those run later.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
} catch {
  // No storage is allowed here: the system's colours it is.
}

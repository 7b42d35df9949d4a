// Starts the worker that the address names and keeps what it reports, as a page of that library would.
{
  const trainer = new URLSearchParams(location.search).get("trainer");
  const worker = new Worker(`race/${trainer}.js${location.search}`);
  const race = (window.race = {});
  worker.onmessage = ({ data }) => {
    // From navigation until the first loss has reached the page.
    if (data.first) race.first_step_ms = performance.now();
    else Object.assign(race, data);
  };
  worker.onerror = (event) => (race.error = event.message || "the worker did not load");
}

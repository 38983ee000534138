// Asks how far a job has come, once a second, and goes on when it is done.
const main = document.querySelector("[data-progress]");
const bar = main.querySelector("progress");
const text = main.querySelector("[role=status]");
async function ask() {
  let told;
  try {
    told = await (await fetch(main.dataset.progress, { cache: "no-store" })).json();
  } catch {
    setTimeout(ask, 1000);
    return;
  }
  bar.value = told.share;
  if (text.textContent !== told.text) text.textContent = told.text;
  if (told.exit_code === null) setTimeout(ask, 1000);
  else location.replace(main.dataset.next);
}
ask();

// Between dom.js and a component: the address says the language when the page is loaded, whatever becomes of it later.

await learn(new URLSearchParams(window.location.search).get("lang"));

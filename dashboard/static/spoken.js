// After dom.js in a page that asks no server: the words of the reader's language stand in the page itself.

speak(JSON.parse(document.getElementById("words").textContent));

console.info("The app is being built.");

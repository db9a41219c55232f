/** `@symbion/companion/node`: what the companion needs of Node.js: files for the log, and connections to CRM systems. */

export {};

/**
 * Binds YAML to the settings records of the rooms: strict, with the place of every value, all problems at once. Knows no
 * room; each room owns its records.
 */
@NullMarked
package io.relaygate.config;

import org.jspecify.annotations.NullMarked;

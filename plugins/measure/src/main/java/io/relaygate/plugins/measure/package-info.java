/**
 * A service to measure the way to a site with, where the site's configuration has a route for it. It speaks first, so
 * that whoever measures sends nothing to any other service; then it takes one line:
 *
 * <pre>
 * relaygate-measure 1       the service
 * echo                      what comes goes back, up to 1 MiB
 * up                        takes bytes to their end, and says how many there were
 * down 1000000              sends so many bytes, and ends
 * </pre>
 *
 * <p>Bytes, time and how many measure at once are bounded by the route's settings.
 */
@NullMarked
package io.relaygate.plugins.measure;

import org.jspecify.annotations.NullMarked;

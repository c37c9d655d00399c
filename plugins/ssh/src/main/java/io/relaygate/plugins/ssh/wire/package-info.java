/** SSH's bytes: with what connections begin, what channels have received, what is told of sessions. No SSH library, no session, no policy, no log. */
@NullMarked
package io.relaygate.plugins.ssh.wire;

import org.jspecify.annotations.NullMarked;

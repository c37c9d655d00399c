/** What a channel has received and who may send how much: no SSH library, no session, no policy, no log. */
@NullMarked
package io.relaygate.plugins.ssh.wire;

import org.jspecify.annotations.NullMarked;

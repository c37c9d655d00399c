package ${package};

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** Brings the protocol {@code ${protocol}}. */
public final class ${className}Plugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new ${className}Protocol());
    }
}

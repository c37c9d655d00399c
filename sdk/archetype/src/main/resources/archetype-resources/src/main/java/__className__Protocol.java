package ${package};

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;

/** What a route asks for by {@code protocol: ${protocol}}. */
final class ${className}Protocol implements Protocol<${className}Settings> {

    @Override
    public String name() {
        return "${protocol}";
    }

    @Override
    public Class<${className}Settings> settings() {
        return ${className}Settings.class;
    }

    @Override
    public ProtocolHandler open(${className}Settings settings, RouteContext context) {
        if (!context.namesDestination()) {
            throw new IllegalArgumentException("${protocol} needs `to:`, the destination of its sessions");
        }
        return new ${className}Handler(settings);
    }
}

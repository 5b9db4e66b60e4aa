package io.rmqtx.producer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;

/**
 * What the expressions of one call see. Everything but the root object and the variables is shared by all calls, so that
 * making one costs next to nothing; variables are looked up in the arguments instead of being copied.
 */
final class CallContext implements EvaluationContext {

    private final EvaluationContext shared;
    private final TypedValue root;
    private final List<String> names;
    private final @Nullable Object[] args;
    private final @Nullable Object result;

    /**
     * One call's.
     *
     * @param shared its resolvers
     * @param names the parameters' names, as far as they are known
     */
    CallContext(
            EvaluationContext shared,
            MessageRoot root,
            List<String> names,
            @Nullable Object[] args,
            @Nullable Object result) {
        this.shared = shared;
        this.root = new TypedValue(root);
        this.names = names;
        this.args = args;
        this.result = result;
    }

    @Override
    public TypedValue getRootObject() {
        return root;
    }

    @Override
    public @Nullable Object lookupVariable(String name) {
        int index = names.indexOf(name);
        if (index >= 0) {
            return args[index];
        }
        if (name.equals(MessageExpression.RESULT)) {
            return result;
        }
        // #p0 or #a0; that there is no other was checked when the expression was parsed.
        return args[Integer.parseInt(name, 1, name.length(), 10)];
    }

    @Override
    public void setVariable(String name, @Nullable Object value) {
        throw new UnsupportedOperationException("The expressions of @ReliableMessage cannot set variables.");
    }

    @Override
    public List<PropertyAccessor> getPropertyAccessors() {
        return shared.getPropertyAccessors();
    }

    @Override
    public List<ConstructorResolver> getConstructorResolvers() {
        return shared.getConstructorResolvers();
    }

    @Override
    public List<MethodResolver> getMethodResolvers() {
        return shared.getMethodResolvers();
    }

    @Override
    public @Nullable BeanResolver getBeanResolver() {
        return shared.getBeanResolver();
    }

    @Override
    public TypeLocator getTypeLocator() {
        return shared.getTypeLocator();
    }

    @Override
    public TypeConverter getTypeConverter() {
        return shared.getTypeConverter();
    }

    @Override
    public TypeComparator getTypeComparator() {
        return shared.getTypeComparator();
    }

    @Override
    public OperatorOverloader getOperatorOverloader() {
        return shared.getOperatorOverloader();
    }
}

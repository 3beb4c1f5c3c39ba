// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTPointer;
import org.eclipse.cdt.core.dom.ast.IASTPointerOperator;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;

/** Reads C prototypes. */
final class Functions {

    private static final Pattern SYMBOL = Pattern.compile("[\\w.$@]+", Pattern.UNICODE_CHARACTER_CLASS);

    private final Types types;

    Functions(Types types) {
        this.types = types;
    }

    /**
     * Returns a function.
     *
     * @param fixed the parameters for the dots of a variadic function; {@code null} if there are none
     */
    Function read(String name, Declarations.Typed declared, Declarations.Typed fixed) {
        IASTNode node = declared.declarator();
        CType.Function type = function(declared);
        if (types.declarations().isRenamed(name)) {
            throw new BindgenException(types.place(node) + ": #pragma redefine_extname is not supported: " + name);
        }
        String symbol = types.declarations().symbols().getOrDefault(name, name);
        if (!SYMBOL.matcher(symbol).matches()) {
            throw new BindgenException(types.place(node) + ": not a symbol's name: " + symbol);
        }
        if (type.declarator().takesVarArgs() && fixed == null) {
            throw new BindgenException(
                    "is variadic: give the parameters for the dots, such as `fixed " + name + "(long argument)`");
        }
        List<Function.Parameter> parameters = parameters(name, type.declarator());
        if (fixed != null) {
            parameters.addAll(dots(name, type, fixed));
        }
        boolean direct =
                Attributes.has(type.declarator(), "syscall") || Attributes.has(declared.specifier(), "syscall");
        return new Function(
                types.declarations().header(node),
                types.declarations().line(node),
                name,
                symbol,
                direct,
                pointsToConst(declared.specifier(), declared.declarator())
                        ? toConst(type(name, type.result(), node))
                        : type(name, type.result(), node),
                List.copyOf(parameters));
    }

    /** Returns the parameters for the dots of a variadic function, for which C promotes narrow numbers. */
    private List<Function.Parameter> dots(String name, CType.Function type, Declarations.Typed fixed) {
        if (!type.declarator().takesVarArgs()) {
            throw new BindgenException("is not variadic: `fixed` is for the dots of a function that is");
        }
        List<Function.Parameter> dots = parameters(name, function(fixed).declarator());
        for (Function.Parameter dot : dots) {
            Shape shape = dot.type().shape();
            if (shape.kind() == Shape.Kind.REAL && shape.bytes() == Float.BYTES) {
                throw new BindgenException(
                        "cannot take a float for its dots: C makes it a double, so write `double " + dot.name() + "`");
            }
        }
        return dots;
    }

    private static Function.Type toConst(Function.Type type) {
        return type.isPointer() ? new Function.Type("const " + type.c(), type.shape()) : type;
    }

    private CType.Function function(Declarations.Typed declared) {
        if (types.of(declared.specifier(), declared.declarator()).bare() instanceof CType.Function function
                && function.declarator() != null) {
            return function;
        }
        throw new BindgenException("is not a plain prototype");
    }

    /**
     * Returns the signature of a pointer to a function, named by the text of its type; {@code null} if it cannot be
     * called.
     */
    Function callback(CType type, IASTNode node) {
        if (!(type.named() instanceof CType.Pointer pointer)
                || !(pointer.target().named() instanceof CType.Function function)
                || function.declarator() == null
                || function.declarator().takesVarArgs()) {
            return null;
        }
        String name = type.toString();
        try {
            return new Function(
                    types.declarations().header(node),
                    types.declarations().line(node),
                    name,
                    name,
                    false,
                    type(name, function.result(), node),
                    List.copyOf(parameters(name, function.declarator())));
        } catch (BindgenException | Evaluator.NotConstant e) {
            // It remains a plain pointer.
            return null;
        }
    }

    /** Returns the types of a function's result and parameters. */
    List<CType> types(Declarations.Typed declared) {
        return types(types.of(declared.specifier(), declared.declarator()));
    }

    /** Returns the types of the result and the parameters of a function or of a pointer to one. */
    List<CType> types(CType type) {
        CType target =
                type.named() instanceof CType.Pointer pointer ? pointer.target().named() : type.named();
        List<CType> used = new ArrayList<>();
        if (target instanceof CType.Function function && function.declarator() != null) {
            used.add(function.result());
            for (IASTParameterDeclaration parameter : function.declarator().getParameters()) {
                CType of = typeOf(parameter);
                used.add(of.bare() instanceof CType.Function ? new CType.Pointer(of) : of);
            }
        }
        return used;
    }

    /** Returns the text of parameters' types, as between the parentheses of a type; empty if one is not known. */
    String text(IASTStandardFunctionDeclarator declarator) {
        if (declarator == null) {
            return "";
        }
        try {
            String text = parameters("", declarator).stream()
                    .map(parameter -> parameter.type().c())
                    .collect(Collectors.joining(", "));
            return declarator.takesVarArgs() ? text + ", ..." : text.isEmpty() ? "void" : text;
        } catch (BindgenException | Evaluator.NotConstant e) {
            return "";
        }
    }

    private List<Function.Parameter> parameters(String name, IASTStandardFunctionDeclarator declarator) {
        List<Function.Parameter> parameters = new ArrayList<>();
        for (IASTParameterDeclaration parameter : declarator.getParameters()) {
            CType type = typeOf(parameter);
            if (type.bare() instanceof CType.Void) {
                continue;
            }
            String given = types.name(parameter.getDeclarator());
            // libc's parameters have leading underscores, to keep clear of macros.
            String bare = given.replaceFirst("^__", "");
            boolean constant = pointsToConst(parameter.getDeclSpecifier(), parameter.getDeclarator());
            Function.Type read = type(name, type, parameter);
            parameters.add(new Function.Parameter(
                    bare.isEmpty() ? "arg" + parameters.size() : bare, constant ? toConst(read) : read));
        }
        return parameters;
    }

    private CType typeOf(IASTParameterDeclaration parameter) {
        if (parameter.getDeclSpecifier() instanceof IASTSimpleDeclSpecifier specifier && isBare(specifier)) {
            // An undeclared type's name looks like a parameter in the old style, whose type is declared elsewhere.
            throw new BindgenException(types.place(parameter) + ": a parameter without a type, or of a type that is"
                    + " not declared: " + parameter.getRawSignature());
        }
        if (parameter.getDeclarator().getInitializer() != null) {
            throw new BindgenException(
                    types.place(parameter) + ": a default argument is not C: " + parameter.getRawSignature());
        }
        return types.of(parameter.getDeclSpecifier(), parameter.getDeclarator());
    }

    private static boolean isBare(IASTSimpleDeclSpecifier specifier) {
        boolean sized = specifier.isShort() || specifier.isLong() || specifier.isLongLong();
        return specifier.getType() == IASTSimpleDeclSpecifier.t_unspecified
                && !(sized || specifier.isSigned() || specifier.isUnsigned() || specifier.isComplex())
                && specifier.getDeclTypeExpression() == null;
    }

    /** Returns whether the target of a pointer or an array is const, even within typedefs and transparent unions. */
    private boolean pointsToConst(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        IASTPointerOperator[] pointers = declarator.getPointerOperators();
        int levels = declarator instanceof IASTArrayDeclarator ? pointers.length + 1 : pointers.length;
        IASTDeclarator nested = declarator.getNestedDeclarator();
        if (nested != null && nested.getPointerOperators().length > 0) {
            return false;
        }
        if (levels > 1) {
            return pointers[levels - 2] instanceof IASTPointer pointer && pointer.isConst();
        }
        if (levels == 1) {
            return specifier.isConst();
        }
        if (specifier instanceof IASTNamedTypeSpecifier named) {
            Declarations.Typed typed =
                    types.declarations().typedefs().get(named.getName().toString());
            return typed != null && pointsToConst(typed.specifier(), typed.declarator());
        }
        return specifier instanceof IASTCompositeTypeSpecifier union
                && union.getMembers().length > 0
                && union.getMembers()[0] instanceof IASTSimpleDeclaration first
                && first.getDeclarators().length > 0
                && pointsToConst(first.getDeclSpecifier(), first.getDeclarators()[0]);
    }

    private Function.Type type(String name, CType type, IASTNode node) {
        if (Types.isVaList(type)) {
            // Only C can make a va_list, but a callback can pass on the one that it was given: on every target, by its
            // address.
            return new Function.Type("va_list", Shapes.of(new CType.Pointer(new CType.Void())));
        }
        CType bare = type.bare();
        if (bare instanceof CType.Void) {
            return new Function.Type("void", null);
        }
        if (bare instanceof CType.Array array) {
            CType pointer = new CType.Pointer(array.element());
            return new Function.Type(pointer.toString(), Shapes.passed(pointer));
        }
        if (bare instanceof CType.Function) {
            CType pointer = new CType.Pointer(type);
            return new Function.Type(pointer.toString(), Shapes.passed(pointer));
        }
        if (bare instanceof CType.Complex) {
            throw new BindgenException(types.place(node) + ": " + name + " has a parameter or result of type " + type
                    + ", which jnr-ffi cannot pass");
        }
        if (bare instanceof CType.Aggregate union && isTransparent(union)) {
            return type(name, union.members().get(0).type(), node);
        }
        Shape shape = Shapes.passed(type);
        if (shape.kind() == Shape.Kind.STRUCT) {
            throw new BindgenException("passes a struct by value: " + type);
        }
        if (shape.isForeign()) {
            throw new BindgenException("has a parameter or result of type " + type + ", which jnr-ffi has no type for");
        }
        return new Function.Type(type.toString(), shape);
    }

    /**
     * Returns whether a union is passed as its members are, like libc's socket addresses, which are unions of pointers.
     */
    private static boolean isTransparent(CType.Aggregate union) {
        return union.keyword().equals("union")
                && !union.members().isEmpty()
                && union.members().stream().allMatch(member -> member.type().bare() instanceof CType.Pointer);
    }
}

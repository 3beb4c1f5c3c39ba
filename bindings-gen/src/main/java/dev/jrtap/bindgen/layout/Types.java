// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.Syntax;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTArrayModifier;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTElaboratedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;

/** Computes types from their syntax. */
final class Types {

    /** The reason for refusing a name. */
    static final String ESCAPED = "a name with an escaped character in it is not supported";

    private final Declarations declarations;
    private final Evaluator evaluator;
    private final Enums enums;
    private final Functions functions;
    private final Map<IASTCompositeTypeSpecifier, CType.Aggregate> aggregates = new HashMap<>();
    private final Map<String, CType> named = new HashMap<>();
    private final Set<Object> pending = new HashSet<>();

    Types(Declarations declarations) {
        this.declarations = declarations;
        this.evaluator = new Evaluator(declarations, this);
        this.enums = new Enums(this);
        this.functions = new Functions(this);
    }

    Evaluator evaluator() {
        return evaluator;
    }

    Enums enums() {
        return enums;
    }

    Functions functions() {
        return functions;
    }

    Declarations declarations() {
        return declarations;
    }

    CType of(IASTTypeId type) {
        return of(type.getDeclSpecifier(), type.getAbstractDeclarator());
    }

    CType of(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        Attributes.refuseUnknown(specifier, declarator, this);
        CType base = Attributes.atomic(specifier, Attributes.moded(specifier, specified(specifier), this));
        return Attributes.moded(declarator, declared(base, declarator), this);
    }

    private CType declared(CType base, IASTDeclarator declarator) {
        CType type = base;
        for (int i = 0; i < declarator.getPointerOperators().length; i++) {
            type = new CType.Pointer(type);
        }
        if (declarator instanceof IASTArrayDeclarator array) {
            IASTArrayModifier[] modifiers = array.getArrayModifiers();
            for (int i = modifiers.length - 1; i >= 0; i--) {
                type = new CType.Array(type, count(modifiers[i]));
            }
        }
        if (declarator instanceof IASTFunctionDeclarator) {
            IASTStandardFunctionDeclarator known =
                    declarator instanceof IASTStandardFunctionDeclarator standard ? standard : null;
            type = new CType.Function(type, known, () -> functions.text(known));
        }
        return declarator.getNestedDeclarator() == null ? type : declared(type, declarator.getNestedDeclarator());
    }

    private long count(IASTArrayModifier modifier) {
        if (modifier.getConstantExpression() == null) {
            return -1;
        }
        long count;
        try {
            count = constant(modifier.getConstantExpression());
        } catch (BindgenException e) {
            // An array parameter is a pointer; its length may be another parameter.
            if (isOfParameter(modifier)) {
                return -1;
            }
            throw e;
        }
        if (count < 0) {
            throw new BindgenException(place(modifier) + ": an array cannot have " + count + " elements");
        }
        return count;
    }

    private static boolean isOfParameter(IASTArrayModifier modifier) {
        IASTNode declarator = modifier.getParent();
        while (declarator.getParent() instanceof IASTDeclarator outer) {
            declarator = outer;
        }
        return declarator.getParent() instanceof IASTParameterDeclaration;
    }

    /** Returns the value of an expression that must be a constant. */
    long constant(IASTExpression expression) {
        try {
            return evaluator.value(expression).bits();
        } catch (Evaluator.NotConstant e) {
            throw new BindgenException(place(expression) + ": " + e.getMessage(), e);
        }
    }

    /** Returns the type that a specifier names, of which a declarator may make a pointer or an array. */
    CType specified(IASTDeclSpecifier specifier) {
        if (specifier instanceof IASTCompositeTypeSpecifier composite) {
            return aggregate(composite);
        }
        if (specifier instanceof IASTNamedTypeSpecifier namedType) {
            return typedef(namedType.getName().toString(), namedType);
        }
        if (specifier instanceof IASTElaboratedTypeSpecifier elaborated) {
            return elaborated(elaborated);
        }
        if (specifier instanceof IASTEnumerationSpecifier enumeration) {
            return enums.typeOf(enumeration);
        }
        if (specifier instanceof IASTSimpleDeclSpecifier simple) {
            return simple(simple);
        }
        throw new BindgenException(place(specifier) + ": not understood: " + specifier.getRawSignature());
    }

    /** Returns the type that a typedef names; {@code user} is the place for messages. */
    CType typedef(String name, IASTNode user) {
        CType known = named.get(name);
        if (known != null) {
            return known;
        }
        Declarations.Typed typed = declarations.typedefs().get(name);
        if (typed == null || !pending.add(name)) {
            CType builtin = typed == null ? BuiltinTypes.of(name, declarations.target()) : null;
            if (builtin != null) {
                return new CType.Named(name, builtin, 0);
            }
            throw new BindgenException(place(user) + ": the type " + name + " is not declared");
        }
        try {
            CType type = of(typed.specifier(), typed.declarator());
            // Only on a typedef, the attribute can also lower an alignment.
            known = new CType.Named(name, type, Attributes.alignedType(typed, this));
        } finally {
            pending.remove(name);
        }
        named.put(name, known);
        return known;
    }

    /** Returns whether a type is {@code va_list}, under any name. */
    static boolean isVaList(CType type) {
        CType at = type;
        while (at instanceof CType.Named named) {
            if (named.name().equals(BuiltinTypes.VA_LIST)) {
                return true;
            }
            at = named.type();
        }
        return false;
    }

    private CType elaborated(IASTElaboratedTypeSpecifier elaborated) {
        String tag = elaborated.getName().toString();
        if (elaborated.getKind() == IASTElaboratedTypeSpecifier.k_enum) {
            IASTEnumerationSpecifier enumeration = declarations.enumerations().get(tag);
            return enumeration == null
                    ? new CType.Incomplete("enum " + tag, place(elaborated))
                    : enums.typeOf(enumeration);
        }
        String name = (elaborated.getKind() == IASTElaboratedTypeSpecifier.k_union ? "union " : "struct ") + tag;
        return new CType.Tagged(name, () -> {
            IASTCompositeTypeSpecifier composite = declarations.composites().get(tag);
            return composite == null ? new CType.Incomplete(name, place(elaborated)) : aggregate(composite);
        });
    }

    CType.Aggregate aggregate(IASTCompositeTypeSpecifier composite) {
        CType.Aggregate known = aggregates.get(composite);
        if (known == null) {
            if (!pending.add(composite)) {
                throw new BindgenException(place(composite) + ": a struct that contains itself");
            }
            try {
                known = new AggregateLayout(this, composite).compute();
            } finally {
                pending.remove(composite);
            }
            aggregates.put(composite, known);
        }
        return known;
    }

    private CType simple(IASTSimpleDeclSpecifier simple) {
        boolean unsigned = simple.isUnsigned();
        if (simple.isComplex() || simple.isImaginary()) {
            return complex(simple);
        }
        if (simple.getDeclTypeExpression() != null) {
            return evaluator.typeOf(simple.getDeclTypeExpression());
        }
        if (simple.isLong() || simple.isLongLong()) {
            if (simple.getType() == IASTSimpleDeclSpecifier.t_double) {
                return new CType.Real("long double", 16);
            }
            String name = simple.isLongLong() ? "long long" : "long";
            return new CType.Int(unsigned ? "unsigned " + name : name, 8, !unsigned);
        }
        if (simple.isShort()) {
            return new CType.Int(unsigned ? "unsigned short" : "short", 2, !unsigned);
        }
        return switch (simple.getType()) {
            case IASTSimpleDeclSpecifier.t_void -> new CType.Void();
            case IASTSimpleDeclSpecifier.t_bool -> CType.Int.BOOL;
            case IASTSimpleDeclSpecifier.t_char -> character(simple);
            case IASTSimpleDeclSpecifier.t_int, IASTSimpleDeclSpecifier.t_unspecified ->
                unsigned ? CType.Int.UNSIGNED_INT : CType.Int.INT;
            case IASTSimpleDeclSpecifier.t_float -> new CType.Real("float", 4);
            case IASTSimpleDeclSpecifier.t_double -> new CType.Real("double", 8);
            default -> throw new BindgenException(place(simple) + ": not understood: " + simple.getRawSignature());
        };
    }

    /** Returns the type of two consecutive values of the real type. */
    private CType complex(IASTSimpleDeclSpecifier simple) {
        CType part = switch (simple.getType()) {
            case IASTSimpleDeclSpecifier.t_float -> new CType.Real("float", 4);
            case IASTSimpleDeclSpecifier.t_double, IASTSimpleDeclSpecifier.t_unspecified ->
                simple.isLong() ? new CType.Real("long double", 16) : new CType.Real("double", 8);
            default -> null;
        };
        if (part == null || simple.isImaginary()) {
            throw new BindgenException(place(simple) + ": not understood: " + simple.getRawSignature());
        }
        return new CType.Complex("_Complex " + part, part);
    }

    private CType character(IASTSimpleDeclSpecifier simple) {
        if (simple.isUnsigned()) {
            return new CType.Int("unsigned char", 1, false);
        }
        if (simple.isSigned()) {
            return new CType.Int("signed char", 1, true);
        }
        return new CType.Int("char", 1, declarations.target().charIsSigned());
    }

    /** Returns the name that a declarator declares, or throws if it contains an escape, which could become anything. */
    String name(IASTDeclarator declarator) {
        String name = Syntax.innermost(declarator).getName().toString();
        if (name.indexOf('\\') >= 0) {
            throw new BindgenException(place(declarator) + ": " + name + ": " + ESCAPED);
        }
        return name;
    }

    String place(IASTNode node) {
        return declarations.place(node);
    }
}

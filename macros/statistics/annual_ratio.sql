{% macro annual_ratio(quarterly_return) -%}
    case
        when stddev_samp({{ quarterly_return }}) > 1e-12
            then
                sqrt(4)
                * avg({{ quarterly_return }})
                / stddev_samp({{ quarterly_return }})
    end
{%- endmacro %}

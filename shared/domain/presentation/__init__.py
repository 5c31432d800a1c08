"""How clients see tasks."""
